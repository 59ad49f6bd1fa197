//! What fields of pods and of what a namespace has for them can be.

pub(crate) const CPU: &str = "0 1m 10m 100m 250m 500m 1 1500m 2 0.1 1.5 4 1e3 100u 0.0001";
pub(crate) const MEMORY: &str = "0 64Mi 128Mi 100M 1Gi 1.5Gi 1G 128974848 129e6 1e9 100m 0.3Ki 2Gi 2Ti";
pub(crate) const COUNTS: &str = "0 1 2 4 10";
pub(crate) const HUGE: &str = "9223372036854775807 10Ei 8E 1e19 9223372036854775 9223372036854776 9e15";
pub(crate) const SYSCTLS: &str = "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports \
    net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_rmem net.ipv4.tcp_wmem \
    net.ipv4.tcp_slow_start_after_idle net.ipv4.tcp_notsent_lowat kernel.msgmax net.core.somaxconn";
pub(crate) const CAPABILITIES: &str = "ALL NET_BIND_SERVICE NET_RAW SYS_ADMIN CHOWN KILL SYS_TIME MKNOD all";
pub(crate) const PROFILES: &str = "RuntimeDefault Localhost Unconfined Other";
pub(crate) const VOLUMES: &str = "configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret hostPath \
    gcePersistentDisk awsElasticBlockStore gitRepo nfs iscsi glusterfs rbd flexVolume cinder cephfs flocker fc azureFile \
    vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO storageos hostPath hostPath nfs";
pub(crate) const VERSIONS: &str = "latest latest latest v1.29 v1.33 v1.34 v1.35 v1.36 v1.37 v1.38 v1.0 v1.8 v1.18 v1.19 v1.22 v1.23 v1.25 \
    v1.27 v1.31 v1.32 v1.024 1.29 v2.1 v1. v1.99999999999999999999 v1.300 v1.-1 v1.+5 Latest";
pub(crate) const LEVELS: &str =
    "restricted restricted restricted restricted baseline baseline baseline privileged Restricted none";
pub(crate) const RESOURCES: &str = "cpu cpu cpu memory memory memory ephemeral-storage hugepages-2Mi example.com/gpu \
    deviceclass.resource.kubernetes.io/a storage kubernetes.io/x";
pub(crate) const HARD: &str = "pods count/pods count/jobs.batch cpu memory requests.cpu requests.memory limits.cpu limits.memory \
    ephemeral-storage requests.ephemeral-storage limits.ephemeral-storage hugepages-2Mi requests.hugepages-2Mi \
    requests.example.com/gpu example.com/gpu requests.deviceclass.resource.kubernetes.io/a services requests.storage \
    requests.kubernetes.io/x";
pub(crate) const SCOPES: &str = "Terminating NotTerminating BestEffort NotBestEffort PriorityClass CrossNamespacePodAffinity VolumeAttributesClass";
